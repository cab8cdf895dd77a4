package sixsteps;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.List;

/** A database: a map of documents for each collection, a map of keys for each unique index. */
final class FolderDatabase extends AbstractSynchronizedMongoDatabase<Object> {

    private final Maps maps;

    FolderDatabase(String name, Maps maps, CursorRegistry cursors) {
        super(name, cursors);
        this.maps = maps;
        initializeNamespacesAndIndexes();
    }

    @Override
    protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
        return new FolderCollection(this, name, options, documents(name), cursorRegistry);
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(
            String collection, String name, List<IndexKey> keys, boolean sparse) {
        if (keys.size() == 1 && keys.get(0).getKey().equals("_id")) {
            return new IdIndex(name, keys, documents(collection));
        }
        return new KeyIndex(name, keys, sparse, maps.keys(getFullCollectionNamespace(collection), name));
    }

    @Override
    protected Index<Object> openOrCreateSecondaryIndex(
            String collection, String name, List<IndexKey> keys, boolean sparse) {
        return new SortedIndex(name, keys, maps.keys(getFullCollectionNamespace(collection), name));
    }

    @Override
    protected void dropIndex(MongoCollection<Object> collection, String name) {
        super.dropIndex(collection, name);
        maps.remove(getFullCollectionNamespace(collection.getCollectionName()), name);
    }

    @Override
    public void dropCollection(String name, Oplog oplog) {
        super.dropCollection(name, oplog);
        maps.remove(getFullCollectionNamespace(name));
    }

    @Override
    public void drop(Oplog oplog) {
        super.drop(oplog);
        maps.removeAll(databaseName);
    }

    @Override
    public void moveCollection(MongoDatabase from, MongoCollection<?> collection, String name) {
        throw new UnsupportedOperationException("a collection keeps its name here");
    }

    @Override
    protected long getStorageSize() {
        return maps.bytes();
    }

    @Override
    protected long getFileSize() {
        return getStorageSize();
    }

    private LoggedMap<Object, byte[]> documents(String collection) {
        return maps.documents(getFullCollectionNamespace(collection));
    }
}
