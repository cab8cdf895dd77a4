package sixsteps;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A collection as one map from id to document.
 *
 * <p>A stored document is never changed: who asks gets a copy, and an update puts another in its place. The server
 * sends its answers after it let the collection go, so a document that could still change would be torn on the way.
 * Whatever names an id is looked up by it, however much else the query asks.
 */
final class FolderCollection extends AbstractSynchronizedMongoCollection<Object> {

    private final LoggedMap<Object, Document> documents;

    FolderCollection(
            MongoDatabase database,
            String name,
            CollectionOptions options,
            LoggedMap<Object, Document> documents,
            CursorRegistry cursors) {
        super(database, name, options, cursors);
        this.documents = documents;
    }

    @Override
    protected QueryResult queryDocuments(
            Document query, Document order, int skip, int limit, int batch, Document fields) {
        Stream<Document> named = named(query.get("_id"));
        if (named == null || getIdField() == null) {
            return super.queryDocuments(query, order, skip, limit, batch, fields);
        }
        return matchDocumentsFromStream(named, query, order, skip, limit, batch, fields);
    }

    @Override
    protected QueryResult matchDocuments(
            Document query, Document order, int skip, int limit, int batch, Document fields) {
        Stream<Document> matching =
                documents.values().stream().filter(one -> documentMatchesQuery(one, query)).map(Document::clone);
        return matchDocumentsFromStream(matching, query, order, skip, limit, batch, fields);
    }

    /** The documents with the ids that this part of a query names; null when it names none exactly. */
    private Stream<Document> named(Object wanted) {
        if (wanted == null || BsonRegularExpression.isRegularExpression(wanted)) {
            return null;
        }
        if (!(wanted instanceof Document condition)) {
            return Stream.of(wanted).map(Ids::position).map(this::getDocument).filter(Objects::nonNull);
        }
        if (condition.keySet().equals(Set.of("$in")) && condition.get("$in") instanceof Collection<?> ids) {
            return ids.stream().distinct().map(Ids::position).map(this::getDocument).filter(Objects::nonNull);
        }
        return null;
    }

    @Override
    protected Object addDocumentInternal(Document document) {
        Object position = getIdField() == null ? UUID.randomUUID() : Ids.position(document.get(getIdField()));
        documents.put(position, document);
        return position;
    }

    @Override
    protected void handleUpdate(Object position, Document before, Document after) {
        documents.put(position, after);
    }

    @Override
    protected void removeDocument(Object position) {
        documents.remove(position);
    }

    @Override
    protected Document getDocument(Object position) {
        Document found = documents.get(position);
        return found == null ? null : found.clone();
    }

    @Override
    protected Stream<DocumentWithPosition<Object>> streamAllDocumentsWithPosition() {
        return documents.entries().stream().map(each -> new DocumentWithPosition<>(each.getValue(), each.getKey()));
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
