using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Configuration;

/// <summary>
/// Reads YAML with a library that is loaded only when the first YAML text arrives, in a load context of its own:
/// other modules in the same process bring other versions of it.
/// </summary>
internal static class YamlReader
{
    private const string AssemblyName = "EphemeralDebug.Yaml";
    private static readonly Lazy<Func<string, JsonNode?>> Reader = new(Load);

    /// <summary>The first document of <paramref name="yaml"/>; null when it is empty.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static JsonNode? Read(string yaml) => Reader.Value(yaml);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The assembly is shipped as a file of its own.")]
    private static Func<string, JsonNode?> Load()
    {
        Assembly assembly = new YamlLoadContext().LoadFromAssemblyName(new AssemblyName(AssemblyName));
        MethodInfo method = assembly.GetType("EphemeralDebug.Yaml.YamlText", throwOnError: true)!.GetMethod("ToJson")!;
        return method.CreateDelegate<Func<string, JsonNode?>>();
    }

    private sealed class YamlLoadContext() : AssemblyLoadContext(AssemblyName)
    {
        [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A module is never a single file.")]
        private static readonly string Folder =
            Path.Combine(Path.GetDirectoryName(typeof(YamlReader).Assembly.Location)!, "Yaml");

        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Folder, $"{assemblyName.Name}.dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
