package sixsteps;

import de.bwaldvogel.mongo.backend.KeyValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.ObjectDataType;

/**
 * All maps of one folder: an H2 file, and beside it the changes that the file does not have yet.
 *
 * <p>To write the file anew with every change is what a change would cost most. So a change goes to the end of the log
 * of changes, and the file follows now and then; opening the folder makes the logged changes again. Making them twice
 * does no harm: they say what a key has, not what to do with it.
 */
final class Maps {

    private static final String DOCUMENTS = "documents.";
    private static final String KEYS = "keys.";
    private static final String OF_INDEX = "/";
    private static final long LOG_BYTES = 8L << 20;
    private static final int CACHE_MB = 64;

    /** H2 writes beside the work only where it may also write by itself: after 25 days without a settlement. */
    private static final int NEVER_BY_ITSELF = Integer.MAX_VALUE;

    private final MVStore store;
    private final ChangeLog log;
    private final ReadWriteLock changing = new ReentrantReadWriteLock();
    private final AtomicBoolean saving = new AtomicBoolean();
    private final ExecutorService beside =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    Maps(Path folder) throws IOException {
        store = new MVStore.Builder()
                .fileName(folder.resolve("maps.mv").toString())
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .autoCompactFillRate(0)
                .cacheSize(CACHE_MB)
                .open();
        log = new ChangeLog(folder);
        log.replay(this::change);
        log.begin();
        store.commit();
        log.forgetEarlier();
        store.setAutoCommitDelay(NEVER_BY_ITSELF);
    }

    /** The names of the databases that are there. */
    Set<String> databases() {
        return store.getMapNames().stream()
                .filter(name -> name.startsWith(DOCUMENTS))
                .map(name -> name.substring(DOCUMENTS.length()))
                .map(name -> name.substring(0, name.indexOf('.')))
                .collect(Collectors.toSet());
    }

    /** The documents of a collection by their position. */
    LoggedMap<Object, byte[]> documents(String collection) {
        return logged(DOCUMENTS + collection);
    }

    /** The positions in a collection by the values that an index is about. */
    LoggedMap<KeyValue, Object> keys(String collection, String index) {
        return logged(KEYS + collection + OF_INDEX + index);
    }

    private <K, V> LoggedMap<K, V> logged(String name) {
        return new LoggedMap<>(opened(name), log);
    }

    @SuppressWarnings("unchecked") // a name has one prefix, and with it one pair of types
    private <K, V> MVMap<K, V> opened(String name) {
        DataType<?> keys = name.startsWith(KEYS) ? new KeyType() : new ObjectDataType();
        DataType<?> values = name.startsWith(KEYS) ? new ObjectDataType() : new BsonType();
        return store.openMap(
                name, new MVMap.Builder<K, V>().keyType((DataType<K>) keys).valueType((DataType<V>) values));
    }

    /** Take away a collection: its documents and all its keys. */
    void remove(String collection) {
        remove(name -> name.equals(DOCUMENTS + collection) || name.startsWith(KEYS + collection + OF_INDEX));
    }

    /** Take away one index. */
    void remove(String collection, String index) {
        remove(name -> name.equals(KEYS + collection + OF_INDEX + index));
    }

    /** Take away everything of a database. */
    void removeAll(String database) {
        remove(name -> name.startsWith(DOCUMENTS + database + ".") || name.startsWith(KEYS + database + "."));
    }

    private void remove(Predicate<String> chosen) {
        List.copyOf(store.getMapNames()).stream().filter(chosen).forEach(name -> {
            log.removed(name);
            store.removeMap(name);
        });
    }

    private void change(ChangeLog.Change change) {
        if (change.kind() == ChangeLog.MAP_REMOVED) {
            store.removeMap(change.map());
            return;
        }
        MVMap<Object, Object> map = opened(change.map());
        Object key = map.getKeyType().read(change.rest());
        if (change.kind() == ChangeLog.PUT) {
            map.put(key, map.getValueType().read(change.rest()));
        } else {
            map.remove(key);
        }
    }

    /** Run what may change something; return when its changes are in the log. */
    <T> T changing(Supplier<T> work) {
        changing.readLock().lock();
        try {
            return work.get();
        } finally {
            changing.readLock().unlock();
            log.flush();
            if (log.bytes() > LOG_BYTES) {
                save();
            }
        }
    }

    /**
     * Let the file have what the log has, and begin another log.
     *
     * <p>Everybody waits until it is settled what goes into the file, and works on while it is written. It is never
     * settled otherwise: the file must not have a document without its keys, of a call that was killed before its
     * changes were in the log.
     */
    private void save() {
        if (!saving.compareAndSet(false, true)) {
            return;
        }
        boolean settled = false;
        changing.writeLock().lock();
        try {
            log.begin();
            settled = store.tryCommit() >= 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            changing.writeLock().unlock();
            saving.set(settled);
        }
        if (settled) {
            beside.execute(this::forget);
        }
    }

    /** Take the earlier logs away when the file has been written; where that failed, H2 throws and they stay. */
    private void forget() {
        try {
            store.executeFilestoreOperation(() -> {});
            log.forgetEarlier();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            saving.set(false);
        }
    }

    long bytes() {
        return store.getFileStore().size() + log.bytes();
    }

    /** Write the file for the last time, when nobody is in the middle of a change; nobody changes anything after. */
    void close() {
        changing.writeLock().lock();
        try {
            log.flush();
            beside.close();
            store.close();
            log.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            changing.writeLock().unlock();
        }
    }
}
