package sixsteps;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map.Entry;
import java.util.Set;
import org.h2.mvstore.MVMap;

/** A map whose changes go to the log. Who changes a key sees to it that nobody else does at the same moment. */
final class LoggedMap<K, V> {

    private final MVMap<K, V> map;
    private final ChangeLog log;

    LoggedMap(MVMap<K, V> map, ChangeLog log) {
        this.map = map;
        this.log = log;
    }

    void put(K key, V value) {
        log.put(map, key, value);
        map.put(key, value);
    }

    V remove(K key) {
        log.removed(map, key);
        return map.remove(key);
    }

    V get(K key) {
        return map.get(key);
    }

    boolean has(K key) {
        return map.containsKey(key);
    }

    Collection<V> values() {
        return map.values();
    }

    Set<K> keys() {
        return map.keySet();
    }

    /** The keys in order, from this one on. */
    Iterator<K> keysFrom(K first) {
        return map.keyIterator(first);
    }

    Set<Entry<K, V>> entries() {
        return map.entrySet();
    }

    long size() {
        return map.sizeAsLong();
    }
}
