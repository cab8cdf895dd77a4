package sixsteps;

import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import java.util.List;
import java.util.Map.Entry;

/** A unique index: a map from the values of its fields to where the document lies. */
final class KeyIndex extends AbstractUniqueIndex<Object> {

    private final LoggedMap<KeyValue, Object> positions;

    KeyIndex(String name, List<IndexKey> keys, boolean sparse, LoggedMap<KeyValue, Object> positions) {
        super(name, keys, sparse);
        this.positions = positions;
    }

    @Override
    protected Object getPosition(KeyValue key) {
        return positions.get(key);
    }

    @Override
    protected Object removeDocument(KeyValue key) {
        return positions.remove(key);
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Object position) {
        boolean free = !positions.has(key);
        if (free) {
            positions.put(key, position);
        }
        return free;
    }

    @Override
    protected Iterable<Entry<KeyValue, Object>> getIterable() {
        return positions.entries();
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public boolean isEmpty() {
        return positions.size() == 0;
    }

    @Override
    public long getDataSize() {
        return 0;
    }
}
