package sixsteps;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.Utils;

/** Where a document lies: its id, numbers in the one form in which equal ones are the same. */
final class Ids {

    private Ids() {}

    static Object position(Object id) {
        return id instanceof Number number ? Utils.normalizeNumber(number) : Missing.ofNullable(id);
    }
}
