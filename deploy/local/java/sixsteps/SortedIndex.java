package sixsteps;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An index that makes nothing unique: a map of the values of its fields followed by where the document lies.
 *
 * <p>The server takes such indexes and then reads everything. Here the collection asks this one for the positions whose
 * values begin with some that it knows; what else a query wants it sees for itself.
 */
final class SortedIndex extends Index<Object> {

    private final LoggedMap<KeyValue, Object> positions;

    SortedIndex(String name, List<IndexKey> keys, LoggedMap<KeyValue, Object> positions) {
        super(name, keys, true); // sparse: a document may lack the fields
        this.positions = positions;
    }

    /** The fields in their order. */
    List<String> fields() {
        return keys();
    }

    /** Where the documents lie whose first fields have these values, in the order of the other fields. */
    Stream<Object> beginningWith(List<Object> values) {
        if (values.isEmpty()) {
            return Stream.empty();
        }
        KeyValue beginning = new KeyValue(values);
        Iterable<KeyValue> from = () -> positions.keysFrom(beginning);
        return StreamSupport.stream(from.spliterator(), false)
                .takeWhile(key -> KeyType.begins(key, beginning))
                .map(key -> key.get(key.size() - 1));
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        for (KeyValue key : getKeyValues(document)) {
            positions.put(with(key, position), Boolean.TRUE);
        }
    }

    @Override
    public Object remove(Document document) {
        Object position = Ids.position(document.get("_id"));
        for (KeyValue key : getKeyValues(document)) {
            positions.remove(with(key, position));
        }
        return null;
    }

    private static KeyValue with(KeyValue key, Object position) {
        List<Object> values = new ArrayList<>(key.size() + 1);
        key.forEach(values::add);
        values.add(position);
        return new KeyValue(values);
    }

    @Override
    public void updateInPlace(
            Document before, Document after, Object position, MongoCollection<Object> collection) {
        if (!nullAwareEqualsKeys(before, after)) {
            remove(before);
            add(after, position, collection);
        }
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {}

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {}

    /** The server's own question, which knows only whole keys. */
    @Override
    public boolean canHandle(Document query) {
        return false;
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
        return Collections.emptyList();
    }

    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public boolean isEmpty() {
        return positions.size() == 0;
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return 0;
    }

    @Override
    public void drop() {}
}
