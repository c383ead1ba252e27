using System.Management.Automation;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that ask the cluster: which session, which namespace.</summary>
public abstract class SessionCmdlet : AsyncCmdlet
{
    /// <summary>The session to use; the current one where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    public ClusterSession? Session { get; set; }

    /// <summary>The namespace; the session's own where none is given. What the input says of its namespace comes first.</summary>
    [Parameter]
    [Alias("n")]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>The session for an input: the one it came from, the one given, the current one, or the default context's.</summary>
    private protected ClusterSession SessionFor(PodReference? pod = null) =>
        Session ?? (pod?.Session is { IsClosed: false } own ? own : null) ?? SessionRegistry.Current ?? OpenDefault();

    private protected string NamespaceFor(PodReference pod, ClusterSession session) =>
        pod.Namespace ?? Namespace ?? session.Namespace;

    private ClusterSession OpenDefault()
    {
        ConfigurationRequest request = SessionFactory.Complete(new ConfigurationRequest(), this);
        ClusterSession session = CompleteOrThrow(target: null, _ => Task.FromResult(SessionFactory.Open(request)));
        foreach (string warning in session.Warnings)
        {
            WriteWarning(warning);
        }

        SessionRegistry.SetCurrent(session);
        return session;
    }
}
