using System.Collections.Concurrent;

namespace EphemeralDebug.Pipeline;

/// <summary>The port forwards of this process, of whatever session: a port is the machine's, and a session may no longer be the current one.</summary>
internal static class PortForwardRegistry
{
    private static readonly ConcurrentDictionary<int, PortForward> s_forwards = new();

    /// <summary>Those that were not removed, in the order in which they were made.</summary>
    public static IEnumerable<PortForward> All => s_forwards.Values.Where(IsKept).OrderBy(static forward => forward.Id);

    public static void Add(PortForward forward)
    {
        s_forwards[forward.Id] = forward;
        foreach (PortForward closed in s_forwards.Values.Where(static other => !IsKept(other)))
        {
            s_forwards.TryRemove(closed.Id, out _);
        }
    }

    /// <summary>Ends a port forward; its port is free and its connections are closed on return.</summary>
    public static async Task RemoveAsync(PortForward forward)
    {
        await forward.Session.PortForwards.RemoveAsync(forward);
        s_forwards.TryRemove(forward.Id, out _);
    }

    public static void CloseAll()
    {
        // Sessions that are not current any more are closed by nobody else.
        foreach (PortForward forward in s_forwards.Values)
        {
            _ = RemoveAsync(forward);
        }
    }

    private static bool IsKept(PortForward forward) => forward.State is not PortForwardState.Closed && !forward.Session.IsClosed;
}
