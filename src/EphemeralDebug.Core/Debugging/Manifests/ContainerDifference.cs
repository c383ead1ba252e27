using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>How two containers differ once the server's defaults are filled in, field by field.</summary>
internal static class ContainerDifference
{
    /// <summary>Such as <c>- image: "busybox:1.36"</c> and <c>+ image: "busybox:1.38"</c> on two lines.</summary>
    public static string Describe(JsonObject stored, JsonObject asked)
    {
        List<string> lines = [];
        Compare("", ContainerDefaults.Fill(stored), ContainerDefaults.Fill(asked), lines);
        return string.Join('\n', lines);
    }

    private static void Compare(string path, JsonNode? stored, JsonNode? asked, List<string> lines)
    {
        if (stored is JsonObject left && asked is JsonObject right)
        {
            foreach (string field in left.Select(static f => f.Key).Union(right.Select(static f => f.Key), StringComparer.Ordinal))
            {
                Compare(path.Length == 0 ? field : $"{path}.{field}", left[field], right[field], lines);
            }
        }
        else if (!JsonNode.DeepEquals(stored, asked))
        {
            if (stored is not null)
            {
                lines.Add($"- {path}: {stored.ToJsonString(ManifestWriter.Compact)}");
            }

            if (asked is not null)
            {
                lines.Add($"+ {path}: {asked.ToJsonString(ManifestWriter.Compact)}");
            }
        }
    }
}
