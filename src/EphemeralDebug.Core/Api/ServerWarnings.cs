namespace EphemeralDebug.Api;

/// <summary>
/// What the server warned of while a piece of work was done, each text once. It follows the work from request to
/// request, so that nothing on the way has to hand it on.
/// </summary>
internal sealed class ServerWarnings : IDisposable
{
    private static readonly AsyncLocal<ServerWarnings?> s_current = new();

    private readonly ServerWarnings? _outer = s_current.Value;
    private readonly List<string> _texts = [];

    private ServerWarnings()
    {
    }

    /// <summary>The texts so far, in the order in which they came.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_texts)
            {
                return [.. _texts];
            }
        }
    }

    /// <summary>Collects the warnings of every request that the caller's work makes from here on, until it is disposed.</summary>
    public static ServerWarnings Collect()
    {
        var warnings = new ServerWarnings();
        s_current.Value = warnings;
        return warnings;
    }

    /// <summary>Takes note of what an answer warns of; without anybody who collects, it is dropped.</summary>
    public static void Note(HttpResponseMessage response)
    {
        if (s_current.Value is { } collector && response.Headers.NonValidated.TryGetValues("Warning", out var headers))
        {
            foreach (string text in headers.SelectMany(WarningHeader.Read))
            {
                collector.Add(text);
            }
        }
    }

    public void Dispose() => s_current.Value = _outer;

    private void Add(string text)
    {
        lock (_texts)
        {
            if (!_texts.Contains(text))
            {
                _texts.Add(text);
            }
        }
    }
}
