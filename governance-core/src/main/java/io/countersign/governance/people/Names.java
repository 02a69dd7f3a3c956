package io.countersign.governance.people;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who the pseudonyms stand for, asked when something is shown and stored nowhere else. */
@Component
public class Names {
    private final JdbcClient db;

    Names(JdbcClient db) {
        this.db = db;
    }

    /**
     * A display name for each: {@link PersonalText#ERASED} for the erased, the id itself for one
     * nobody knows. One query.
     */
    public Map<UserId, String> of(Collection<UserId> people) {
        var names = new HashMap<UserId, String>();
        people.forEach(person -> names.put(person, person.value()));
        if (!people.isEmpty()) {
            db.sql("select id, display_name from person where id = any(?)")
                    .param(people.stream().map(UserId::value).distinct().toArray(String[]::new))
                    .query(row -> {
                        var name = row.getString(2);
                        names.put(
                                new UserId(row.getString(1)),
                                name == null ? PersonalText.ERASED : name);
                    });
        }
        names.computeIfPresent(UserId.SYSTEM, (_, _) -> "Countersign");
        names.computeIfPresent(UserId.ANONYMOUS, (_, _) -> "Somebody not signed in");
        return names;
    }

    public String of(UserId person) {
        return java.util.Objects.requireNonNull(of(java.util.List.of(person)).get(person));
    }
}
