package sixsteps;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.ValueComparator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/** Keys of an index, compared value by value. Without it H2 compares two keys by serialising both. */
final class KeyType extends BasicDataType<KeyValue> {

    private static final Comparator<Object> ORDER = ValueComparator.ascWithoutListHandling();
    private static final int OWN_BYTES = 48;

    private final ObjectDataType values = new ObjectDataType();

    /** A key that another begins with comes before it. */
    @Override
    public int compare(KeyValue one, KeyValue other) {
        int difference = compared(one, other, Math.min(one.size(), other.size()));
        return difference != 0 ? difference : Integer.compare(one.size(), other.size());
    }

    /** Whether the first values of the key are these. */
    static boolean begins(KeyValue key, KeyValue beginning) {
        return key.size() >= beginning.size() && compared(key, beginning, beginning.size()) == 0;
    }

    private static int compared(KeyValue one, KeyValue other, int values) {
        for (int at = 0; at < values; at++) {
            int difference = compared(one.get(at), other.get(at));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int compared(Object one, Object other) {
        if (one instanceof String word && other instanceof String otherWord) {
            return word.compareTo(otherWord);
        }
        return ORDER.compare(one, other);
    }

    @Override
    public int getMemory(KeyValue key) {
        return OWN_BYTES + key.stream().mapToInt(values::getMemory).sum();
    }

    @Override
    public void write(WriteBuffer buffer, KeyValue key) {
        buffer.putVarInt(key.size());
        key.forEach(value -> values.write(buffer, value));
    }

    @Override
    public KeyValue read(ByteBuffer buffer) {
        int size = DataUtils.readVarInt(buffer);
        List<Object> found = new ArrayList<>(size);
        for (int at = 0; at < size; at++) {
            found.add(values.read(buffer));
        }
        return new KeyValue(found);
    }

    @Override
    public KeyValue[] createStorage(int size) {
        return new KeyValue[size];
    }
}
