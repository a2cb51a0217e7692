import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node for the tests: `java OpenSearch.java PORT TRANSPORT_PORT FOLDER`. */
public class OpenSearch {
    public static void main(String[] given) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("http.port", Integer.parseInt(given[0]));
            settings.put("transport.port", Integer.parseInt(given[1]));
            settings.put("network.host", "127.0.0.1");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
        runner.build(OpenSearchRunner.newConfigs()
            .clusterName("tests").numOfNode(1).basePath(given[2]).disableESLogger());
        Thread.currentThread().join();
    }
}
