namespace EphemeralDebug;

/// <summary>The security settings of a debug container, by the names that kubectl debug gave them.</summary>
public enum DebugProfile
{
    /// <summary>Adds the capability SYS_PTRACE. kubectl's default since 1.36.</summary>
    General,

    /// <summary>Changes nothing; what the server and the pod say applies.</summary>
    Legacy,

    /// <summary>No security context, so that namespaces which enforce PodSecurity baseline accept it.</summary>
    Baseline,

    /// <summary>
    /// Runs as non-root, drops all capabilities, forbids privilege escalation and uses the runtime's seccomp profile.
    /// </summary>
    Restricted,

    /// <summary>Adds the capabilities NET_ADMIN and NET_RAW.</summary>
    NetAdmin,

    /// <summary>A privileged container.</summary>
    SysAdmin,

    /// <summary>
    /// The most useful of General, Baseline and Restricted that the pod's namespace allows, found out by asking the
    /// server. NetAdmin and SysAdmin are never chosen unasked.
    /// </summary>
    Auto,
}
