package org.sternpost.engine.store;

import java.io.File;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.sqlite.ProgressHandler;

/// Says every statement to SQLite and to PostgreSQL alike, and compares what they answer.
///
/// It stands in the place of SQLite's driver, so the engine's own store and every test above it run on both unchanged.
/// Each file of SQLite that is new has a schema of its own in PostgreSQL. What a query found there is what the engine
/// reads. One lock per file gives both the same order.
final class BothDatabases implements Driver, AutoCloseable {

    private static final String URL = "jdbc:sqlite:";
    private static final Pattern SQLITE_ALONE = Pattern.compile("^PRAGMA|sqlite_master|pragma_table_info|rowid");
    private static final Pattern TRANSACTION = Pattern.compile("^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)");
    private static final int VALUES_SHOWN = 300;

    /// Opens one more connection to PostgreSQL.
    interface Postgres {
        Connection open() throws SQLException;
    }

    private final Driver sqlite;
    private final Postgres postgres;
    private final Map<String, Twin> twins = new ConcurrentHashMap<>();
    private final AtomicInteger schemas = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final List<String> differences = new CopyOnWriteArrayList<>();

    /// One file of SQLite and its schema in PostgreSQL.
    private static final class Twin {
        private final String schema;
        private final ReentrantLock lock = new ReentrantLock();
        private int connections;
        private volatile boolean parted; // what follows the first difference says nothing

        Twin(String schema) { this.schema = schema; }
    }

    BothDatabases(Postgres postgres) throws SQLException {
        this.postgres = postgres;
        this.sqlite = DriverManager.getDriver(URL);
        DriverManager.deregisterDriver(sqlite);
        DriverManager.registerDriver(this);
    }

    /// From now on SQLite is asked alone.
    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
        DriverManager.registerDriver(sqlite);
    }

    /// Texts that PostgreSQL has run.
    Set<String> seen() { return seen; }

    /// Where the two did not answer alike.
    List<String> differences() { return differences; }

    /// How many files had a twin.
    int files() { return twins.size(); }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) return null;
        String file = url.substring(URL.length());
        // What an earlier version or a test has put there PostgreSQL cannot know.
        if (!twins.containsKey(file) && new File(file).length() > 0) return sqlite.connect(url, info);
        int number = schemas.incrementAndGet();
        // Each connection to memory has a database of its own.
        Twin twin = twins.computeIfAbsent(file.equals(":memory:") ? file + number : file, _ -> new Twin("s" + number));
        Connection there = postgres.open();
        try (var statement = there.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + twin.schema);
            statement.execute("SET search_path TO " + twin.schema);
        }
        twin.lock.lock();
        try {
            twin.connections++;
        } finally {
            twin.lock.unlock();
        }
        return proxy(Connection.class, new Both(twin, sqlite.connect(url, info), there));
    }

    /// A connection to both.
    private final class Both implements InvocationHandler {

        private final Twin twin;
        private final Connection here;
        private final Connection there;
        private boolean locked; // for a transaction

        Both(Twin twin, Connection here, Connection there) {
            this.twin = twin;
            this.here = here;
            this.there = there;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
            switch (method.getName()) {
                case "unwrap" :
                    return here;
                case "prepareStatement" :
                    String sql = (String) given[0];
                    if (TRANSACTION.matcher(sql).find()) return transaction(sql);
                    // What a test asks for itself is no statement of ours.
                    if (isQuestion(sql) && !isSaidByEngine()) return here.prepareStatement(sql);
                    return proxy(PreparedStatement.class, new Prepared(this, sql, here.prepareStatement(sql),
                            twin.parted
                                    ? null
                                    : there.prepareStatement(sql, ResultSet.TYPE_SCROLL_INSENSITIVE,
                                            ResultSet.CONCUR_READ_ONLY)));
                case "createStatement" :
                    return proxy(Statement.class, new Plain(this, here.createStatement(), there.createStatement(
                            ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)));
                case "setAutoCommit" :
                    if (!(boolean) given[0]) begin();
                    call(here, method, given);
                    there.setAutoCommit((boolean) given[0]);
                    if ((boolean) given[0]) end();
                    return null;
                case "commit", "rollback" :
                    call(here, method, given);
                    return call(there, method, given);
                case "close" :
                    close();
                    return null;
                default :
                    return call(here, method, given);
            }
        }

        /// What begins or ends something has no values; it is said as a text.
        private PreparedStatement transaction(String sql) throws SQLException {
            var plain = new Plain(this, here.createStatement(), there.createStatement());
            return proxy(PreparedStatement.class, (proxy, method, given) -> method.getName().equals("execute")
                    ? plain.invoke(proxy, Statement.class.getMethod("execute", String.class), new Object[]{sql})
                    : plain.invoke(proxy, method, given));
        }

        void begin() {
            twin.lock.lock();
            locked = true;
        }

        void end() {
            if (!locked) return;
            locked = false;
            twin.lock.unlock();
        }

        private void close() throws SQLException {
            twin.lock.lock();
            try (here; there) {
                if (--twin.connections == 0 && !twin.parted) compareTables();
            } finally {
                twin.lock.unlock();
            }
        }

        /// All that was ever kept is the same in both.
        private void compareTables() throws SQLException {
            ProgressHandler.clearHandler(here); // its engine has had enough
            var tables = new ArrayList<String>();
            try (var statement = here.createStatement();
                    var row = statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
                while (row.next())
                    tables.add(row.getString(1));
            }
            for (String table : tables)
                try (var one = here.createStatement(); var other = there.createStatement()) {
                    String all = "SELECT * FROM " + table;
                    compare(twin, all, "", rows(one.executeQuery(all), all), rows(other.executeQuery(all), all));
                }
        }
    }

    /// A statement whose text comes when it is run.
    private final class Plain implements InvocationHandler {

        private final Both both;
        private final Statement here;
        private final Statement there;

        Plain(Both both, Statement here, Statement there) {
            this.both = both;
            this.here = here;
            this.there = there;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
            if (method.getName().equals("close")) there.close();
            if (given == null || !(given[0] instanceof String sql) || isQuestion(sql) && !isSaidByEngine())
                return call(here, method, given);
            if (SQLITE_ALONE.matcher(sql).find()) {
                if (!isSaidByDialect()) differences.add("SQLite's own words outside of SqliteDialect: " + sql);
                return call(here, method, given);
            }
            if (sql.equals(SqliteDialect.BEGIN_WRITING)) both.begin();
            String same = sql.equals(SqliteDialect.BEGIN_WRITING) ? "BEGIN" : sql;
            try {
                return run(both.twin, sql, "", () -> call(here, method, given),
                        () -> call(there, method, new Object[]{same}));
            } finally {
                if (sql.equals("COMMIT") || sql.equals("ROLLBACK")) both.end();
            }
        }
    }

    /// A statement with its values.
    private final class Prepared implements InvocationHandler {

        private final Both both;
        private final String sql;
        private final PreparedStatement here;
        private final PreparedStatement there; // null after a difference
        private final List<String> values = new ArrayList<>();

        Prepared(Both both, String sql, PreparedStatement here, PreparedStatement there) {
            this.both = both;
            this.sql = sql;
            this.here = here;
            this.there = there;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
            if (there == null) return call(here, method, given);
            String name = method.getName();
            if (name.startsWith("set") || name.equals("close")) {
                if (name.startsWith("set")) values.add(String.valueOf(given[1]));
                call(there, method, given);
                return call(here, method, given);
            }
            if (!name.startsWith("execute")) return call(here, method, given);
            var said = List.copyOf(values);
            values.clear();
            return run(both.twin, sql, said.toString(), () -> call(here, method, given),
                    () -> call(there, method, given));
        }
    }

    private interface Run {
        Object now() throws Throwable;
    }

    private Object run(Twin twin, String sql, String values, Run here, Run there) throws Throwable {
        twin.lock.lock();
        try {
            Object one = outcome(here);
            if (twin.parted) return result(one);
            Object other = outcome(there);
            if (one instanceof ResultSet rows && other instanceof ResultSet others) {
                compare(twin, sql, values, rows(rows, sql), rows(others, sql));
                rows.close();
                others.beforeFirst();
                seen.add(sql);
                return others;
            }
            if (one instanceof SQLException && other instanceof SQLException) throw (SQLException) one;
            if (one instanceof SQLException || other instanceof SQLException || one instanceof Integer
                    && !one.equals(other)) {
                part(twin, sql, values, one, other);
                if (one instanceof ResultSet) throw new SQLException("PostgreSQL: " + other);
            } else
                seen.add(sql);
            return result(one);
        } finally {
            twin.lock.unlock();
        }
    }

    private static Object outcome(Run run) throws Throwable {
        try {
            return run.now();
        } catch (SQLException refused) {
            return refused;
        }
    }

    private static Object result(Object outcome) throws SQLException {
        if (outcome instanceof SQLException refused) throw refused;
        return outcome;
    }

    private void compare(Twin twin, String sql, String values, List<String> here, List<String> there) {
        if (!here.equals(there)) part(twin, sql, values, here, there);
    }

    private void part(Twin twin, String sql, String values, Object here, Object there) {
        twin.parted = true;
        differences.add(sql + "\n  with " + shown(values) + "\n  SQLite:     " + shown(here) + "\n  PostgreSQL: "
                + shown(there));
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() > VALUES_SHOWN ? text.substring(0, VALUES_SHOWN) + " ..." : text;
    }

    /// As texts, and in order where the statement asks for one.
    private static List<String> rows(ResultSet found, String sql) throws SQLException {
        var rows = new ArrayList<String>();
        var about = found.getMetaData();
        while (found.next()) {
            var row = new ArrayList<String>();
            for (int i = 1; i <= about.getColumnCount(); i++) {
                boolean real = about.getColumnType(i) == Types.DOUBLE || about.getColumnType(i) == Types.FLOAT
                        || about.getColumnType(i) == Types.REAL;
                row.add(real ? String.valueOf(found.getDouble(i)) : found.getString(i));
            }
            rows.add(String.join("\t", row.stream().map(String::valueOf).toList()));
        }
        if (!sql.contains("ORDER BY")) rows.sort(null);
        return rows;
    }

    private static boolean isQuestion(String sql) { return sql.startsWith("SELECT") || sql.startsWith("EXPLAIN"); }

    /// Whether the nearest class of ours is one of the engine, not of its tests; who only passes calls on says nothing.
    private static boolean isSaidByEngine() {
        List<Class<?>> callers = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.<Class<?>>map(StackWalker.StackFrame::getDeclaringClass).toList());
        for (int i = 0; i + 1 < callers.size(); i++) {
            Class<?> one = callers.get(i);
            if (!one.getName().startsWith("org.sternpost.") || one.getNestHost() == BothDatabases.class
                    || Proxy.isProxyClass(callers.get(i + 1)))
                continue;
            return one.getProtectionDomain().getCodeSource().getLocation()
                    .equals(SqliteDialect.class.getProtectionDomain().getCodeSource().getLocation());
        }
        return false;
    }

    private static boolean isSaidByDialect() {
        return StackWalker.getInstance().walk(frames -> frames.anyMatch(
                frame -> frame.getClassName().equals(SqliteDialect.class.getName())));
    }

    private static Object call(Object on, Method method, Object[] given) throws Throwable {
        try {
            return method.invoke(on, given);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(BothDatabases.class.getClassLoader(), new Class<?>[]{type}, handler));
    }

    @Override
    public boolean acceptsURL(String url) { return url.startsWith(URL); }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) { return new DriverPropertyInfo[0]; }

    @Override
    public int getMajorVersion() { return 1; }

    @Override
    public int getMinorVersion() { return 0; }

    @Override
    public boolean jdbcCompliant() { return false; }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no logger");
    }
}
