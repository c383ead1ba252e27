using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Manifests;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// The documents that come through the pipeline: as objects, as text, or as text line by line, which is what Get-Content
/// and native commands write.
/// </summary>
internal sealed class ManifestInput
{
    private readonly List<string> _lines = [];
    private long _length;

    /// <summary>Takes one item of the pipeline and returns the documents that are complete with it.</summary>
    /// <exception cref="ManifestException">It is no document.</exception>
    public IEnumerable<JsonNode> Add(object? item)
    {
        if ((item is PSObject wrapper ? wrapper.BaseObject : item) is not string text)
        {
            return [.. Complete(), ReadObject(item)];
        }

        if (text.Contains('\n', StringComparison.Ordinal))
        {
            return [.. Complete(), .. ManifestText.Read(text)];
        }

        _lines.Add(text);
        _length += text.Length;
        return _length <= ManifestText.MaximumLength ? [] : Complete();
    }

    /// <summary>The documents in the lines that have come so far.</summary>
    /// <exception cref="ManifestException">They are no documents.</exception>
    public IReadOnlyList<JsonNode> Complete()
    {
        string text = string.Join('\n', _lines);
        _lines.Clear();
        _length = 0;
        return text.Length == 0 ? [] : ManifestText.Read(text);
    }

    /// <summary>The documents in a file.</summary>
    /// <exception cref="EphemeralDebugException">It cannot be read, or holds no document.</exception>
    public static IReadOnlyList<JsonNode> ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length > ManifestText.MaximumLength
                ? throw ManifestException.Malformed($"File '{path}' is too long for a manifest.")
                : ManifestText.Read(File.ReadAllText(path), $"File '{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NoFile(exception);
        }
    }

    public static EphemeralDebugException NoFile(Exception cause) => new(
        "ManifestFileNotReadable", FailureKind.InvalidData, cause.Message, "Check the path and the rights on the file.", cause);

    private static JsonNode ReadObject(object? item)
    {
        try
        {
            return ObjectJson.ToJson(item) ?? throw ManifestException.Malformed("The input is null.");
        }
        catch (FormatException exception)
        {
            throw ManifestException.Malformed($"The input is no document: {exception.Message}.");
        }
    }
}
