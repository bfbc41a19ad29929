import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;
import software.amazon.dynamodb.services.local.shared.access.LocalDBClient;
import software.amazon.dynamodb.services.local.shared.jobs.JobsRegister;

/**
 * The databases of DynamoDB Local, one for each access key, each with threads enough for what never ends.
 *
 * A database (release 2026-05-28) has ten threads. Three are taken at once, and each table with a time to
 * live takes one more for good: with seven of them an index that is added to a table later stays CREATING
 * for ever, and nothing of an eighth table expires.
 */
final class RoomyDatabases extends HashMap<String, AmazonDynamoDBLocal> {
  /** More than the tables of a region and the indexes that are made at one time. */
  private static final int THREADS = 200;

  private RoomyDatabases() {}

  static void replaceIn(Object requests) throws Exception {
    Field field = LocalDynamoDBRequestHandler.class.getDeclaredField("dbRequestHandlers");
    field.setAccessible(true);
    if (!((Map<?, ?>) field.get(requests)).isEmpty()) {
      throw new IllegalStateException("there are databases already");
    }
    field.set(requests, new RoomyDatabases());
  }

  @Override
  public AmazonDynamoDBLocal put(String accessKey, AmazonDynamoDBLocal database) {
    try {
      Object jobs = Launcher.read(LocalDBClient.class, "jobs", database);
      makeRoom((ThreadPoolExecutor) Launcher.read(JobsRegister.class, "threadPool", jobs));
    } catch (Exception failure) {
      throw new IllegalStateException("the threads of a database cannot be had", failure);
    }
    return super.put(accessKey, database);
  }

  private static void makeRoom(ThreadPoolExecutor threads) {
    threads.setMaximumPoolSize(THREADS);
    threads.setCorePoolSize(THREADS);
    // Those whose work has ended end, too.
    threads.setKeepAliveTime(1, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
  }
}
