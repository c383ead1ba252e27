namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Pauses that double with each failure.</summary>
internal sealed class BackOff(KubeletOptions options)
{
    private TimeSpan _current = TimeSpan.Zero;

    /// <summary>The current pause; zero before the first failure.</summary>
    public TimeSpan Current => _current;

    /// <summary>When the next attempt may be made after a failure at that time.</summary>
    public DateTimeOffset Until(DateTimeOffset failedAt) => failedAt + _current;

    /// <summary>Counts an attempt.</summary>
    public void Next() => _current = _current == TimeSpan.Zero
        ? options.InitialBackOff
        : TimeSpan.FromTicks(Math.Min(_current.Ticks * 2, options.MostBackOff.Ticks));
}
