namespace EphemeralDebug.Configuration.Credentials;

/// <summary>
/// A value that is read when it is first needed and, where it may change, again after its lifetime or when it was
/// invalidated. When it cannot be read again, the last one stays.
/// </summary>
internal sealed class CachedValue<T>(Func<T> read, TimeProvider time, TimeSpan lifetime, T? initial = null)
    where T : class
{
    private readonly Lock _gate = new();
    private T? _value = initial;
    private long _readAt;
    private bool _isFresh;

    /// <summary>The value, read now if need be.</summary>
    /// <exception cref="ConfigurationException">It cannot be read and never could.</exception>
    public T Get()
    {
        lock (_gate)
        {
            if (!_isFresh || time.GetElapsedTime(_readAt) >= lifetime)
            {
                Refresh();
            }

            return _value!;
        }
    }

    public void Invalidate()
    {
        lock (_gate)
        {
            _isFresh = false;
        }
    }

    private void Refresh()
    {
        try
        {
            _value = read();
        }
        catch (ConfigurationException) when (_value is not null)
        {
            // The last value that could be read is better than none: the server decides whether it still counts.
        }

        _readAt = time.GetTimestamp();
        _isFresh = true;
    }
}
