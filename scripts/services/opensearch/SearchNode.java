import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on the loopback, for tests: SearchNode FOLDER HTTP_PORT TRANSPORT_PORT. */
public final class SearchNode {
    public static void main(String[] arguments) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("discovery.type", "single-node");
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", arguments[1]);
            settings.put("transport.port", arguments[2]);
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            settings.put("processors", "2");
        });
        runner.build(OpenSearchRunner.newConfigs().numOfNode(1).basePath(arguments[0]).clusterName("tertulia-tests"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                System.err.println(error);
            }
        }));
        Thread.currentThread().join();
    }
}
