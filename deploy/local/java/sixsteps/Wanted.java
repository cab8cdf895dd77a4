package sixsteps;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a query says of each field for certain: the parts that all must hold, also those inside `$and`. */
final class Wanted {

    private static final int FEW = 1000;

    private final Map<String, Object> conditions = new HashMap<>();

    Wanted(Document query) {
        gather(query);
    }

    private void gather(Document query) {
        for (Map.Entry<String, Object> each : query.entrySet()) {
            if (each.getKey().equals("$and") && each.getValue() instanceof Collection<?> parts) {
                parts.stream().filter(Document.class::isInstance).map(Document.class::cast).forEach(this::gather);
            } else if (!each.getKey().startsWith("$")) {
                conditions.putIfAbsent(each.getKey(), each.getValue());
            }
        }
    }

    /** The values of which the field must have one; null when the query does not say. */
    List<Object> values(String field) {
        Object wanted = conditions.get(field);
        if (wanted == null || BsonRegularExpression.isRegularExpression(wanted)) {
            return null;
        }
        if (!(wanted instanceof Document condition)) {
            return wanted instanceof Collection<?> ? null : List.of(Ids.position(wanted));
        }
        if (condition.keySet().equals(Set.of("$in"))
                && condition.get("$in") instanceof Collection<?> some
                && some.stream().noneMatch(one -> one == null || one instanceof Document || one instanceof Collection)) {
            return some.stream().distinct().map(Ids::position).toList();
        }
        return null;
    }

    /** The id after which all wanted ones come; null when the query does not say. */
    String after() {
        return conditions.get("_id") instanceof Document condition
                        && condition.keySet().equals(Set.of("$gt"))
                        && condition.get("$gt") instanceof String id
                ? id
                : null;
    }

    /** Every combination of values that the first of these fields must have; empty when nothing is said of the first. */
    List<List<Object>> beginnings(List<String> fields) {
        List<List<Object>> found = List.of(List.of());
        for (String field : fields) {
            List<Object> values = values(field);
            if (values == null || (long) found.size() * values.size() > FEW) {
                break;
            }
            List<List<Object>> longer = new ArrayList<>();
            for (List<Object> beginning : found) {
                for (Object value : values) {
                    List<Object> one = new ArrayList<>(beginning);
                    one.add(value);
                    longer.add(one);
                }
            }
            found = longer;
        }
        return found;
    }
}
