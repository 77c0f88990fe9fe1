package org.elasticsearch.plugins;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.Build;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.mapper.KeywordFieldMapper;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.TextFieldMapper;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** HTTP as it is; and of modules that are not to be had the names alone: lifecycles are not acted on, two kinds of fields are plain ones. */
public final class JudgePlugins extends PluginsService {
  public static final class Names extends Plugin implements MapperPlugin {
    @Override
    public List<Setting<?>> getSettings() {
      return List.of(name("index.lifecycle.name"), name("index.lifecycle.rollover_alias"));
    }

    private static Setting<String> name(String key) {
      return Setting.simpleString(key, Setting.Property.Dynamic, Setting.Property.IndexScope);
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
      return Map.of("wildcard", KeywordFieldMapper.PARSER, "match_only_text", TextFieldMapper.PARSER);
    }
  }

  private List<LoadedPlugin> loaded;

  public JudgePlugins(Environment environment, PluginsLoader loader) {
    super(environment.settings(), environment.configDir(), loader);
  }

  public static PluginsLoader none() {
    return new PluginsLoader(Set.of(), Set.of(), Map.of());
  }

  private static LoadedPlugin load(Plugin plugin) {
    String name = plugin.getClass().getName();
    PluginDescriptor descriptor =
        new PluginDescriptor(name, "-", "0", Build.current().version(), "21", name, null, List.of(), false, false, false, false);
    return new LoadedPlugin(descriptor, plugin, JudgePlugins.class.getClassLoader());
  }

  @Override
  protected List<LoadedPlugin> plugins() {
    if (loaded == null) {
      loaded = List.of(load(new Netty4Plugin()), load(new Names()));
    }
    return loaded;
  }
}
