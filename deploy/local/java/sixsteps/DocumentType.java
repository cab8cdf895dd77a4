package sixsteps;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Documents, stored as the BSON they came in. By itself H2 would serialise the Java objects. */
final class DocumentType extends BasicDataType<Document> {

    private static final int ROUGHLY_A_VALUE = 80;

    @Override
    public void write(WriteBuffer buffer, Document document) {
        ByteBuf bytes = Unpooled.buffer(512);
        BsonEncoder.encodeDocument(document, bytes);
        buffer.put(bytes.array(), bytes.arrayOffset(), bytes.readableBytes());
    }

    @Override
    public Document read(ByteBuffer buffer) {
        int length = Integer.reverseBytes(buffer.getInt(buffer.position())); // BSON begins with its length
        Document found = BsonDecoder.decodeBson(Unpooled.wrappedBuffer(buffer.slice(buffer.position(), length)));
        buffer.position(buffer.position() + length);
        return found;
    }

    @Override
    public int getMemory(Document document) {
        return roughly(document);
    }

    private static int roughly(Object value) {
        if (value instanceof Document document) {
            return ROUGHLY_A_VALUE + document.values().stream().mapToInt(DocumentType::roughly).sum();
        }
        if (value instanceof Collection<?> list) {
            return ROUGHLY_A_VALUE + list.stream().mapToInt(DocumentType::roughly).sum();
        }
        return value instanceof String text ? ROUGHLY_A_VALUE + text.length() : ROUGHLY_A_VALUE;
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}
