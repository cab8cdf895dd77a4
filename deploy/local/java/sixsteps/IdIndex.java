package sixsteps;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/** The index on `_id`: the documents themselves, which lie by it. It stores nothing of its own. */
final class IdIndex extends AbstractUniqueIndex<Object> {

    private final LoggedMap<Object, byte[]> documents;

    IdIndex(String name, List<IndexKey> keys, LoggedMap<Object, byte[]> documents) {
        super(name, keys, false);
        this.documents = documents;
    }

    @Override
    protected Object getPosition(KeyValue key) {
        Object position = Ids.position(key.get(0));
        return documents.has(position) ? position : null;
    }

    /** The collection takes the document away itself. */
    @Override
    protected Object removeDocument(KeyValue key) {
        return getPosition(key);
    }

    /** The collection has checked, and put the document there itself. */
    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {}

    @Override
    protected boolean putKeyPosition(KeyValue key, Object position) {
        return true;
    }

    @Override
    protected Iterable<Entry<KeyValue, Object>> getIterable() {
        return () -> documents.keys().stream().map(id -> Map.entry(new KeyValue(id), id)).iterator();
    }

    @Override
    public long getCount() {
        return documents.size();
    }

    @Override
    public boolean isEmpty() {
        return documents.size() == 0;
    }

    @Override
    public long getDataSize() {
        return 0;
    }
}
