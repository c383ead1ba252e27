using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Pipeline;

/// <summary>The current session of each runspace.</summary>
internal static class SessionRegistry
{
    private static readonly ConcurrentDictionary<Guid, ClusterSession> s_current = new();

    public static ClusterSession? Current =>
        s_current.TryGetValue(RunspaceId, out ClusterSession? session) && !session.IsClosed ? session : null;

    private static Guid RunspaceId => Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;

    /// <summary>Makes a session the current one. The one before stays open where somebody holds it; else it is closed.</summary>
    public static void SetCurrent(ClusterSession session) => s_current[RunspaceId] = session;

    public static void Close(ClusterSession session)
    {
        session.Dispose();
        foreach ((Guid runspace, ClusterSession current) in s_current)
        {
            if (ReferenceEquals(current, session))
            {
                s_current.TryRemove(new(runspace, current));
            }
        }
    }

    public static void CloseAll()
    {
        foreach (ClusterSession session in s_current.Values)
        {
            session.Dispose();
        }

        s_current.Clear();
    }
}
