package org.elasticsearch.node;

import java.nio.file.Path;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.JudgePlugins;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;

/** One real node on loopback, in a folder of its own, until it is ended: Elasticsearch's server without the modules that Maven Central lacks. */
public final class JudgeNode {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Settings settings = Settings.builder()
        .put("path.home", home.toString())
        .put("cluster.name", "judge")
        .put("node.name", "judge")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", arguments[1])
        .put("transport.port", arguments[2])
        .put("transport.type", "netty4")
        .put("http.type", "netty4")
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
    System.setProperty("es.logs.base_path", home.toString());
    System.setProperty("es.logs.cluster_name", "judge");
    LogConfigurator.configureESLogging();
    LogConfigurator.configureWithoutConfig(settings);
    NodeServiceProvider provider = new NodeServiceProvider() {
      @Override
      PluginsService newPluginService(Environment environment, PluginsLoader loader) {
        return new JudgePlugins(environment, loader);
      }
    };
    Environment environment = new Environment(settings, home.resolve("config"));
    new Node(NodeConstruction.prepareConstruction(environment, JudgePlugins.none(), provider, true)).start();
    System.out.println("started");
    Thread.currentThread().join();
  }
}
