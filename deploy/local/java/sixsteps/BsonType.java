package sixsteps;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Documents as their BSON, in memory and in the file.
 *
 * <p>As Java objects they were three times as many bytes in thousands of pieces, which Java copied about while everybody
 * waited.
 */
final class BsonType extends BasicDataType<byte[]> {

    private static final int HEAD_OF_AN_ARRAY = 24;

    @Override
    public void write(WriteBuffer buffer, byte[] document) {
        buffer.put(document);
    }

    @Override
    public byte[] read(ByteBuffer buffer) {
        int length = Integer.reverseBytes(buffer.getInt(buffer.position())); // BSON begins with its length
        byte[] document = new byte[length];
        buffer.get(document);
        return document;
    }

    @Override
    public int getMemory(byte[] document) {
        return HEAD_OF_AN_ARRAY + document.length;
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
