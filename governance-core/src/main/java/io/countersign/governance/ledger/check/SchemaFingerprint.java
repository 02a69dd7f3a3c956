package io.countersign.governance.ledger.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.database.DatabaseAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What protects the tables of events and ledger, as text: columns and defaults, constraints,
 * triggers, functions, rules, rights. Compared with what the migrations make, which is kept in the
 * resource {@code schema.txt}.
 */
final class SchemaFingerprint {
    private static final String EXPECTED = "schema.txt";

    /** One line a thing: kind, name, definition, tab between. */
    private static final String LINES =
            """
            with watched as (
                select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity,
                       c.relpersistence, c.relhasrules
                  from pg_class c
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p')
                   and (c.relname in ('event', 'sequenced_event') or c.relname like 'log\\_%'
                        or c.relname like 'ledger\\_%')),
            role as (
                select oid, case when oid = 0 then 'public' when rolname = ? then 'app'
                                 when oid = (select relowner from watched where relname = 'event')
                                      then 'owner'
                                 else rolname end as name
                  from (select oid, rolname from pg_roles union all select 0, 'public') r)
            select 'schema', 'table ' || relname,
                   concat_ws(' ', relkind, relpersistence,
                             'owner ' || (select name from role where oid = relowner),
                             case when relrowsecurity then 'row security' end)
              from watched
            union all
            select 'schema', 'column ' || relname || '.' || attname,
                   concat_ws(' ', format_type(atttypid, atttypmod),
                             case when attnotnull then 'not null' end,
                             nullif('identity ' || attidentity::text, 'identity '),
                             nullif('generated ' || attgenerated::text, 'generated '),
                             'default ' || pg_get_expr(d.adbin, d.adrelid))
              from watched w join pg_attribute a on a.attrelid = w.oid
              left join pg_attrdef d on d.adrelid = w.oid and d.adnum = a.attnum
             where attnum > 0 and not attisdropped and relkind <> 'v'
            union all
            select 'schema', 'constraint ' || relname || '.' || conname,
                   pg_get_constraintdef(k.oid)
                       || case when convalidated then '' else ' not valid' end
              from watched w join pg_constraint k on k.conrelid = w.oid
             where contype <> 'n'
            union all
            select 'schema', 'index ' || relname || '.' || i.indexrelid::regclass,
                   pg_get_indexdef(i.indexrelid)
                       || case when indisvalid then '' else ' not valid' end
              from watched w join pg_index i on i.indrelid = w.oid
             where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
            union all
            select 'schema', 'view ' || relname, pg_get_viewdef(w.oid)
              from watched w where relkind = 'v'
            union all
            select 'schema', 'rule ' || relname || '.' || rulename, pg_get_ruledef(r.oid)
              from watched w join pg_rewrite r on r.ev_class = w.oid where relkind <> 'v'
            union all
            select 'schema', 'policy ' || relname || '.' || polname,
                   pg_get_expr(polqual, polrelid)
              from watched w join pg_policy p on p.polrelid = w.oid
            union all
            select 'schema', 'child ' || relname || '.' || i.inhrelid::regclass, 'inherits'
              from watched w join pg_inherits i on i.inhparent = w.oid
            union all
            select 'trigger', relname || '.' || tgname,
                   case tgenabled when 'A' then 'always' when 'D' then 'disabled'
                                  when 'R' then 'on replicas only' else 'not in replica mode' end
                       || ': ' || pg_get_triggerdef(t.oid)
              from watched w join pg_trigger t on t.tgrelid = w.oid
             where not tgisinternal or tgenabled <> 'O'
            union all
            select 'trigger', 'event trigger ' || evtname, evtevent::text from pg_event_trigger
            union all
            select 'function', p.oid::regprocedure::text,
                   concat_ws(' ', lanname, case when prosecdef then 'security definer' end,
                             'owner ' || (select name from role where oid = proowner),
                             array_to_string(proconfig, ' '), prosrc)
              from pg_proc p join pg_language l on l.oid = prolang
             where p.oid in (select tgfoid from pg_trigger t join watched w on w.oid = t.tgrelid
                              where not tgisinternal)
                or (p.pronamespace = 'public'::regnamespace
                    and p.proname in ('refuse_change', 'stamp_event'))
            union all
            select 'grant', privilege_type || ' on ' || relname || ' to ' || r.name,
                   case when is_grantable then 'with grant option' else 'granted' end
              from watched w, aclexplode(w.relacl) g join role r on r.oid = g.grantee
             where r.name <> 'owner' and (r.name in ('app', 'public') or privilege_type <> 'SELECT')
            union all
            select 'grant', privilege_type || ' (' || attname || ') on ' || relname || ' to ' || r.name,
                   case when is_grantable then 'with grant option' else 'granted' end
              from watched w join pg_attribute a on a.attrelid = w.oid, aclexplode(a.attacl) g
              join role r on r.oid = g.grantee
             where r.name <> 'owner' and (r.name in ('app', 'public') or privilege_type <> 'SELECT')
            union all
            select 'grant', 'role app',
                   concat_ws(' ', case when rolsuper then 'superuser' end,
                             case when rolbypassrls then 'bypasses row security' end,
                             case when rolreplication then 'replication' end)
              from pg_roles where rolname = ?
            union all
            select 'grant', 'setting of ' || coalesce(r.rolname, 'all roles'), s
              from pg_db_role_setting c left join pg_roles r on r.oid = c.setrole,
                   unnest(setconfig) s
             where c.setdatabase in (0, (select oid from pg_database
                                          where datname = current_database()))
               and s like 'session_replication_role=%'
            """;

    private SchemaFingerprint() {}

    /** One thing of the schema. */
    private record Thing(String kind, String name) {}

    /** What the database is not as the migrations make it; one finding a thing. */
    static List<Finding> differences(Connection connection, DatabaseAccess access)
            throws SQLException {
        var expected = parse(expected());
        var actual = parse(actual(connection, access.appRole()));
        var findings = new ArrayList<Finding>();
        var all = new LinkedHashMap<>(expected);
        all.putAll(actual);
        all.keySet()
                .forEach(thing -> {
                    var wanted = expected.get(thing);
                    var found = actual.get(thing);
                    if (wanted == null) {
                        findings.add(
                                Finding.of(
                                        kind(thing),
                                        "Beyond what the product made there is %s: %s",
                                        words(thing),
                                        found));
                    } else if (found == null) {
                        findings.add(
                                Finding.of(
                                        kind(thing),
                                        "What the product made is gone: %s (%s)",
                                        words(thing),
                                        wanted));
                    } else if (!found.equals(wanted)) {
                        findings.add(
                                Finding.of(
                                        kind(thing),
                                        "%s was made as \"%s\" and is now \"%s\".",
                                        words(thing),
                                        wanted,
                                        found));
                    }
                });
        return findings;
    }

    /** The fingerprint of a database, a line a thing, sorted. */
    static List<String> actual(Connection connection, String appRole) throws SQLException {
        try (var query = connection.prepareStatement(LINES)) {
            query.setString(1, appRole);
            query.setString(2, appRole);
            var lines = new TreeSet<String>();
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(
                            String.join(
                                    "\t",
                                    row.getString(1),
                                    row.getString(2),
                                    String.valueOf(row.getString(3))
                                            .strip()
                                            .replaceAll("\\s+", " ")));
                }
            }
            return List.copyOf(lines);
        }
    }

    /** What the migrations make. */
    static List<String> expected() {
        try (var file = SchemaFingerprint.class.getResourceAsStream(EXPECTED)) {
            if (file == null) {
                throw new IllegalStateException(EXPECTED + " is not in the product");
            }
            return new String(file.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Thing, String> parse(List<String> lines) {
        var things = new LinkedHashMap<Thing, String>();
        for (var line : lines) {
            var parts = line.split("\t", 3);
            things.put(new Thing(parts[0], parts[1]), parts[2]);
        }
        return things;
    }

    private static Finding.Kind kind(Thing thing) {
        return switch (thing.kind()) {
            case "trigger" -> Finding.Kind.TRIGGER;
            case "function" -> Finding.Kind.FUNCTION;
            case "grant" -> Finding.Kind.GRANT;
            default -> Finding.Kind.SCHEMA;
        };
    }

    private static String words(Thing thing) {
        return switch (thing.kind()) {
            case "trigger" -> "the trigger " + thing.name();
            case "function" -> "the function " + thing.name();
            case "grant" -> "the right " + thing.name();
            default -> "the " + thing.name();
        };
    }
}
