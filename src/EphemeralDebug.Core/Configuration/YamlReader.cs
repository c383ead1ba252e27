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
    private static readonly Lazy<Assembly> Library =
        new(static () => new YamlLoadContext().LoadFromAssemblyName(new AssemblyName(AssemblyName)));

    private static readonly Lazy<Func<string, JsonNode?>> First = new(static () => Load<Func<string, JsonNode?>>("ToJson"));
    private static readonly Lazy<Func<string, JsonArray>> All = new(static () => Load<Func<string, JsonArray>>("ToJsonDocuments"));
    private static readonly Lazy<Func<string, IReadOnlyList<(string Kind, int Start, int End, string? Text)>>> Parts =
        new(static () => Load<Func<string, IReadOnlyList<(string Kind, int Start, int End, string? Text)>>>("ToParts"));

    /// <summary>The first document of <paramref name="yaml"/>; null when it is empty.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static JsonNode? Read(string yaml) => First.Value(yaml);

    /// <summary>All documents of <paramref name="yaml"/>.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static JsonArray ReadDocuments(string yaml) => All.Value(yaml);

    /// <summary>The nodes of all documents with their places in the text, as <c>YamlText.ToParts</c> tells them.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static IReadOnlyList<(string Kind, int Start, int End, string? Text)> ReadParts(string yaml) => Parts.Value(yaml);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The assembly is shipped as a file of its own.")]
    private static T Load<T>(string method)
        where T : Delegate =>
        Library.Value.GetType("EphemeralDebug.Yaml.YamlText", throwOnError: true)!.GetMethod(method)!.CreateDelegate<T>();

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
