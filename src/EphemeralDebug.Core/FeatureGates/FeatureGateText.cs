using System.Buffers;
using System.Text.Json.Nodes;

namespace EphemeralDebug.FeatureGates;

/// <summary>Finds out by its content what a file is, and sets a gate in it. Knows no files.</summary>
internal static class FeatureGateText
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Reads a file's text for one gate; null when it is nothing that a gate can be set in.</summary>
    /// <exception cref="FormatException">It is malformed; the message says where.</exception>
    public static GateFile? Read(string text, string gate)
    {
        if (BeginsWithAssignment(text))
        {
            var environment = new EnvironmentGateFile(text, gate);
            return environment.HasArguments ? environment : null;
        }

        StructuredDocuments documents = StructuredDocuments.Read(text);
        GateFile[] found = [.. Enumerable.Range(0, documents.Nodes.Count).Select(index => Read(documents, index, gate)).OfType<GateFile>()];
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new FormatException("several of its documents set feature gates; which one counts can't be told");
    }

    /// <summary>The text with the gate set, the same when it says so already.</summary>
    /// <exception cref="FormatException">It can't be done without changing something else; the message says where.</exception>
    public static string Set(string text, GateFile file, string gate, bool value)
    {
        if (file.Current == value)
        {
            return text;
        }

        GateEdit edit = file.Set(value);
        string changed = TextEdit.Apply(text, edit.Edits);
        return Means(changed, gate, value, edit.Expected)
            ? changed
            : throw TextLines.Error(text, edit.Edits[0].Start, "setting the gate here would change something else too");
    }

    private static bool Means(string text, string gate, bool value, JsonNode expected)
    {
        try
        {
            return Read(text, gate) is { } file && file.Current == value && JsonNode.DeepEquals(file.Content, expected);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static GateFile? Read(StructuredDocuments documents, int index, string gate)
    {
        if (documents.Content[index] is not JsonObject document || documents.Nodes[index] is not TextMapping)
        {
            return null;
        }

        if (KubeletConfigurationFile.Matches(document))
        {
            return new KubeletConfigurationFile(documents, index, gate);
        }

        return ComponentContainer.Find(documents, index) is { } container
            ? new StaticPodFile(documents, index, container, gate)
            : null;
    }

    /// <summary>Whether the first line that is neither empty nor a comment is one of an environment file: no YAML begins so.</summary>
    private static bool BeginsWithAssignment(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> content = line.TrimStart();
            if (content.IsEmpty || content[0] is '#' or ';')
            {
                continue;
            }

            int name = content.IndexOfAnyExcept(NameCharacters);
            return name > 0 && content[name] == '=';
        }

        return false;
    }
}
