package sixsteps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.StringDataType;

/**
 * The changes of all maps in their order, in numbered files of which the last is written.
 *
 * <p>A record is its length, its checksum, and: what happened, to which map, the key, the value. A process that is
 * killed may leave half a record at the end; it was not acknowledged, and reading ends there.
 */
final class ChangeLog {

    static final byte PUT = 1;
    static final byte KEY_REMOVED = 2;
    static final byte MAP_REMOVED = 3;

    private static final int HEAD_BYTES = 8;

    /** Each thread has one and keeps it: a new one would grow by a megabyte for every document over its size. */
    private static final ThreadLocal<WriteBuffer> RECORD = ThreadLocal.withInitial(() -> new WriteBuffer(64 << 10));

    /** One change, its key and value still to be read by who knows their types. */
    record Change(byte kind, String map, ByteBuffer rest) {}

    private final Path folder;
    private final Object writing = new Object();
    private WriteBuffer waiting = new WriteBuffer();
    private WriteBuffer spare = new WriteBuffer();
    private ByteBuffer leaving = ByteBuffer.allocate(0);
    private long asked;
    private long last;
    private long written;
    private FileChannel file;
    private volatile long end;
    private int number;

    ChangeLog(Path folder) {
        this.folder = folder;
    }

    <K, V> void put(MVMap<K, V> map, K key, V value) {
        add(PUT, map.getName(), buffer -> {
            map.getKeyType().write(buffer, key);
            map.getValueType().write(buffer, value);
        });
    }

    <K> void removed(MVMap<K, ?> map, K key) {
        add(KEY_REMOVED, map.getName(), buffer -> map.getKeyType().write(buffer, key));
    }

    void removed(String map) {
        add(MAP_REMOVED, map, buffer -> {});
    }

    private void add(byte kind, String map, Consumer<WriteBuffer> rest) {
        WriteBuffer one = RECORD.get().clear();
        one.putLong(0).put(kind);
        StringDataType.INSTANCE.write(one, map);
        rest.accept(one);
        int length = one.position() - HEAD_BYTES;
        one.putInt(0, length);
        one.putInt(Integer.BYTES, checksum(one.getBuffer().array(), HEAD_BYTES, length));
        synchronized (this) {
            waiting.put(one.getBuffer().flip());
            asked++;
        }
    }

    private static int checksum(byte[] bytes, int start, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, start, length);
        return (int) sum.getValue();
    }

    /** Return when every change that was added so far is in the file: one writes for all who wait. */
    void flush() {
        long wanted;
        synchronized (this) {
            wanted = asked;
        }
        synchronized (writing) {
            while (written < wanted) {
                write();
            }
        }
    }

    /** What could not be written stays, and is what is written next. */
    private void write() {
        if (!leaving.hasRemaining()) {
            synchronized (this) {
                WriteBuffer full = waiting;
                waiting = spare.clear();
                spare = full;
                leaving = full.getBuffer().flip();
                last = asked;
            }
        }
        try {
            while (leaving.hasRemaining()) {
                end += file.write(leaving, end);
            }
            written = last;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Write to another file from now on. Nobody may be adding. */
    void begin() throws IOException {
        if (file != null) {
            flush();
        }
        synchronized (writing) {
            FileChannel before = file;
            file = FileChannel.open(path(number + 1), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            number++;
            end = 0;
            if (before != null) {
                before.close();
            }
        }
    }

    /** Take away the files before the one that is written. */
    void forgetEarlier() throws IOException {
        for (Path earlier : files()) {
            if (numberOf(earlier) < number) {
                Files.delete(earlier);
            }
        }
    }

    /** Tell every change that is there, in order. */
    void replay(Consumer<Change> tell) throws IOException {
        for (Path each : files()) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(each));
            while (whole(bytes)) {
                int after = bytes.position() + HEAD_BYTES + bytes.getInt(bytes.position());
                bytes.position(bytes.position() + HEAD_BYTES);
                tell.accept(new Change(bytes.get(), StringDataType.INSTANCE.read(bytes), bytes));
                bytes.position(after);
            }
            number = numberOf(each);
        }
    }

    private static boolean whole(ByteBuffer bytes) {
        if (bytes.remaining() < HEAD_BYTES) {
            return false;
        }
        int start = bytes.position() + HEAD_BYTES;
        int length = bytes.getInt(bytes.position());
        return length > 0
                && length <= bytes.limit() - start
                && checksum(bytes.array(), start, length) == bytes.getInt(bytes.position() + Integer.BYTES);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().matches("changes-\\d+\\.log"))
                    .sorted(Comparator.comparingInt(ChangeLog::numberOf))
                    .toList();
        }
    }

    private Path path(int wanted) {
        return folder.resolve("changes-" + wanted + ".log");
    }

    private static int numberOf(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
    }

    long bytes() {
        return end;
    }

    /** The file of maps has everything now. */
    void close() throws IOException {
        file.close();
        number++;
        forgetEarlier();
    }
}
