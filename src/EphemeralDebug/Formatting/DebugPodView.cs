namespace EphemeralDebug.Formatting;

/// <summary>What the views call; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class DebugPodView
{
    /// <summary>The phase with its reason, where it has one.</summary>
    public static string Phase(DebugPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Reason is { } reason ? $"{pod.Phase} ({reason})" : pod.Phase;
    }

    /// <summary>The age as people read it, such as <c>3m20s</c>.</summary>
    public static string Age(DebugPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Age is { } age ? ContainerView.Duration(age) : "";
    }
}
