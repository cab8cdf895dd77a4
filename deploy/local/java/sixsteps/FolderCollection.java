package sixsteps;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A collection as one map from id to document.
 *
 * <p>Documents lie there as bytes: who asks gets one of their own, and an update puts other bytes in their place. The
 * server sends its answers after it let the collection go, so a document that could still change would be torn on the
 * way. Whatever names an id is looked up by it, however much else the query asks.
 */
final class FolderCollection extends AbstractSynchronizedMongoCollection<Object> {

    private static final Document BY_ID = new Document("_id", 1);

    private final LoggedMap<Object, byte[]> documents;

    FolderCollection(
            MongoDatabase database,
            String name,
            CollectionOptions options,
            LoggedMap<Object, byte[]> documents,
            CursorRegistry cursors) {
        super(database, name, options, cursors);
        this.documents = documents;
    }

    @Override
    protected QueryResult queryDocuments(
            Document query, Document order, int skip, int limit, int batch, Document fields) {
        Wanted wanted = new Wanted(query);
        if (getIdField() == null) {
            return super.queryDocuments(query, order, skip, limit, batch, fields);
        }
        Stream<Document> found = found(wanted);
        if (found != null) {
            return matchDocumentsFromStream(found, query, order, skip, limit, batch, fields);
        }
        if (wanted.after() != null && BY_ID.equals(order)) {
            return matchDocumentsFromStream(after(wanted.after()), query, null, skip, limit, batch, fields);
        }
        return super.queryDocuments(query, order, skip, limit, batch, fields);
    }

    /** The documents among which the wanted ones are, by their ids or by the index that says most; null without one. */
    private Stream<Document> found(Wanted wanted) {
        List<Object> ids = wanted.values("_id");
        if (ids != null) {
            return at(ids.stream());
        }
        return getIndexes().stream()
                .filter(SortedIndex.class::isInstance)
                .map(SortedIndex.class::cast)
                .map(index -> new Way(index, wanted.beginnings(index.fields())))
                .filter(way -> way.length() > 0)
                .max(Comparator.comparingInt(Way::length))
                .map(way -> at(way.positions()))
                .orElse(null);
    }

    /** An index, and the beginnings of keys to look for in it. */
    private record Way(SortedIndex index, List<List<Object>> beginnings) {

        /** How many fields are known; a field that must have one of no values is known best. */
        int length() {
            return beginnings.isEmpty() ? Integer.MAX_VALUE : beginnings.get(0).size();
        }

        Stream<Object> positions() {
            return beginnings.stream().flatMap(index::beginningWith).distinct();
        }
    }

    private Stream<Document> at(Stream<Object> positions) {
        return positions.map(this::getDocument).filter(Objects::nonNull);
    }

    private Stream<Document> after(String id) {
        Iterable<Object> from = () -> documents.keysFrom(id);
        return at(StreamSupport.stream(from.spliterator(), false).takeWhile(String.class::isInstance));
    }

    @Override
    protected QueryResult matchDocuments(
            Document query, Document order, int skip, int limit, int batch, Document fields) {
        Stream<Document> matching =
                documents.values().stream().map(Bson::decoded).filter(one -> documentMatchesQuery(one, query));
        return matchDocumentsFromStream(matching, query, order, skip, limit, batch, fields);
    }

    @Override
    protected Object addDocumentInternal(Document document) {
        Object position = getIdField() == null ? UUID.randomUUID() : Ids.position(document.get(getIdField()));
        documents.put(position, Bson.encoded(document));
        return position;
    }

    @Override
    protected void handleUpdate(Object position, Document before, Document after) {
        documents.put(position, Bson.encoded(after));
    }

    @Override
    protected void removeDocument(Object position) {
        documents.remove(position);
    }

    @Override
    protected Document getDocument(Object position) {
        byte[] found = documents.get(position);
        return found == null ? null : Bson.decoded(found);
    }

    @Override
    protected Stream<DocumentWithPosition<Object>> streamAllDocumentsWithPosition() {
        return documents.entries().stream()
                .map(each -> new DocumentWithPosition<>(Bson.decoded(each.getValue()), each.getKey()));
    }

    @Override
    public int count() {
        return (int) documents.size();
    }

    @Override
    public boolean isEmpty() {
        return documents.size() == 0;
    }

    /** Not counted: nobody here asks, and it would be one more change with every change. */
    @Override
    protected void updateDataSize(int difference) {}

    @Override
    protected int getDataSize() {
        return 0;
    }
}
