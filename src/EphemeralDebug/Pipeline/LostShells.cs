using System.Collections.Concurrent;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// The shells to which this process has lost the connection, whatever session it had. They go on in their containers,
/// and nobody can type into them any more.
/// </summary>
internal static class LostShells
{
    private static readonly ConcurrentDictionary<string, bool> s_ids = new(StringComparer.Ordinal);

    public static void Add(string id) => s_ids[id] = true;

    public static bool Contains(ShellProcess shell) => s_ids.ContainsKey(shell.Id);

    public static void Remove(IEnumerable<ShellProcess> shells)
    {
        foreach (ShellProcess shell in shells)
        {
            s_ids.TryRemove(shell.Id, out _);
        }
    }
}
