namespace EphemeralDebug.Api.Listing;

/// <summary>
/// How far a list has been given out, so that a part which has to be asked for again repeats no pod. Servers give lists
/// in the order of the keys, and so the last key says it all, however long the list is.
/// </summary>
internal sealed class ListPosition
{
    private readonly PodKey _last = new();
    private bool _hasBegun;
    private bool _isCatchingUp;
    private bool _isOrdered = true;

    /// <summary>Whether a part of the list can be asked for again: not where a server keeps to no order.</summary>
    public bool CanRepeat => _isOrdered;

    /// <summary>Says that what comes next may have come before.</summary>
    public void Repeat() => _isCatchingUp = true;

    /// <summary>Takes note of a pod; false when it has come before.</summary>
    public bool TryPass(ReadOnlySpan<byte> key)
    {
        if (_hasBegun && key.SequenceCompareTo(_last.Bytes) <= 0)
        {
            if (_isCatchingUp)
            {
                return false;
            }

            _isOrdered = false;
        }

        _isCatchingUp = false;
        _hasBegun = true;
        _last.Set(key);
        return true;
    }
}
