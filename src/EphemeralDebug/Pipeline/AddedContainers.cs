namespace EphemeralDebug.Pipeline;

/// <summary>The containers that a cmdlet has added and that nobody has been told of yet, nor ended.</summary>
internal sealed class AddedContainers
{
    /// <summary>More would fill the screen.</summary>
    private const int MostNamed = 10;

    private readonly Lock _gate = new();
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>A container is about to be added: an answer that does not come any more may have meant yes.</summary>
    public void Add(string container)
    {
        lock (_gate)
        {
            _names.Add(container);
        }
    }

    /// <summary>The user knows of it, or it has ended, or it was never added.</summary>
    public void Remove(string container)
    {
        lock (_gate)
        {
            _names.Remove(container);
        }
    }

    /// <summary>What to say of those that are left, or null when there are none.</summary>
    public string? Describe()
    {
        lock (_gate)
        {
            if (_names.Count == 0)
            {
                return null;
            }

            string more = _names.Count > MostNamed ? $" and {_names.Count - MostNamed} more" : "";
            string what = _names.Count == 1 ? "1 container that was added and may" : $"{_names.Count} containers that were added and may";
            return $"Stopped. It leaves {what} still run: {string.Join(", ", _names.Take(MostNamed))}{more}. Get-EphemeralContainer shows them; they stay until they are ended or their pods are deleted.";
        }
    }
}
