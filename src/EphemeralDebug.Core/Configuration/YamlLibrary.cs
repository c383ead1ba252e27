using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace EphemeralDebug.Configuration;

/// <summary>
/// The library that reads and writes YAML. It is loaded only when the first YAML text has to be, in a load context of its
/// own: other modules in the same process bring other versions of it.
/// </summary>
internal static class YamlLibrary
{
    private const string AssemblyName = "EphemeralDebug.Yaml";
    private static readonly Lazy<Type> Text = new(Load);

    /// <summary>A method of the library's only type.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The assembly is shipped as a file of its own.")]
    public static T Method<T>(string name)
        where T : Delegate => Text.Value.GetMethod(name)!.CreateDelegate<T>();

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
    private static Type Load() => new YamlLoadContext().LoadFromAssemblyName(new AssemblyName(AssemblyName))
        .GetType("EphemeralDebug.Yaml.YamlText", throwOnError: true)!;

    private sealed class YamlLoadContext() : AssemblyLoadContext(AssemblyName)
    {
        [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A module is never a single file.")]
        private static readonly string Folder =
            Path.Combine(Path.GetDirectoryName(typeof(YamlLibrary).Assembly.Location)!, "Yaml");

        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly is shipped as a file of its own.")]
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Folder, $"{assemblyName.Name}.dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
