package sixsteps;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Documents as the bytes they come and go in. */
final class Bson {

    private static final int MOST_HAVE = 512;

    private Bson() {}

    /** The document as bytes, which nobody may change. */
    static byte[] encoded(Document document) {
        ByteBuf bytes = Unpooled.buffer(MOST_HAVE);
        BsonEncoder.encodeDocument(document, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    /** A document of its own, every time. */
    static Document decoded(byte[] bytes) {
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
    }
}
