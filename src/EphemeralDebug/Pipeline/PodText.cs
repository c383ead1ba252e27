namespace EphemeralDebug.Pipeline;

/// <summary>Collects the lines of a document that <c>kubectl get -o json</c> or <c>-o yaml</c> writes into the pipeline.</summary>
internal sealed class PodText
{
    /// <summary>More than any list of workloads; what is longer is given back as it came.</summary>
    private const int MaximumLines = 2_000_000;

    private readonly List<string> _lines = [];

    /// <summary>Takes a reference that is but a line of a document, and says whether it did.</summary>
    public bool Add(PodReference reference)
    {
        if (reference.Input is not string line || line.Contains('\n', StringComparison.Ordinal)
            || (_lines.Count == 0 && !BeginsDocument(line)) || _lines.Count == MaximumLines)
        {
            return false;
        }

        _lines.Add(line);
        return true;
    }

    /// <summary>What the lines name, or null when there were none.</summary>
    public PodReference[]? Complete()
    {
        if (_lines.Count == 0)
        {
            return null;
        }

        string text = string.Join('\n', _lines) + '\n';
        _lines.Clear();
        return [.. PodTransformationAttribute.ReadText(text)];
    }

    private static bool BeginsDocument(string line) =>
        line.TrimEnd() is "{" or "[" or "---" || line.StartsWith("apiVersion:", StringComparison.Ordinal) || line.StartsWith("kind:", StringComparison.Ordinal);
}
