using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.FeatureGates;

/// <summary>The container of a static pod that runs a component which knows the gate.</summary>
/// <param name="Kind">The component's manifest.</param>
/// <param name="Index">Its place in spec.containers.</param>
/// <param name="Node">Where it stands in the text.</param>
internal sealed record ComponentContainer(FeatureGateFileKind Kind, int Index, TextMapping Node)
{
    private static readonly string[] Shells = ["sh", "bash", "ash", "dash"];

    /// <summary>The component's container in a document, or null when it is no such pod.</summary>
    /// <exception cref="FormatException">It runs the component in a way that can't be edited.</exception>
    public static ComponentContainer? Find(StructuredDocuments documents, int index)
    {
        if (documents.Content[index] is not JsonObject pod
            || pod.Text("kind") != "Pod"
            || (pod["spec"] as JsonObject)?["containers"] is not JsonArray containers)
        {
            return null;
        }

        for (int i = 0; i < containers.Count; i++)
        {
            if (containers[i] is JsonObject container && KindOf(container) is { } kind)
            {
                TextMapping node = Locate(documents, index, i);
                return RunsShell(container)
                    ? throw documents.Error(node, "the component is started by a shell script; add the flag to the script by hand")
                    : new ComponentContainer(kind, i, node);
            }
        }

        return null;
    }

    private static FeatureGateFileKind? KindOf(JsonObject container)
    {
        // hyperkube runs the component that its first argument names.
        foreach (string word in Words(container).Take(2).Append(ImageName(container.Text("image"))).Append(container.Text("name") ?? ""))
        {
            switch (FileName(word))
            {
                case "kube-apiserver" or "apiserver":
                    return FeatureGateFileKind.ApiServerManifest;
                case "kube-scheduler" or "scheduler":
                    return FeatureGateFileKind.SchedulerManifest;
            }
        }

        return null;
    }

    private static bool RunsShell(JsonObject container) =>
        Words(container).FirstOrDefault() is { } program && Shells.Contains(FileName(program), StringComparer.Ordinal);

    private static IEnumerable<string> Words(JsonObject container) =>
        new[] { container["command"], container["args"] }
            .SelectMany(list => list as JsonArray ?? [])
            .Select(word => word.Text() ?? "");

    private static string ImageName(string? image) => FileName((image ?? "").Split('@')[0]).Split(':')[0];

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static TextMapping Locate(StructuredDocuments documents, int index, int container) =>
        (documents.Nodes[index] as TextMapping)?.Find("spec").LastOrDefault().Value is TextMapping spec
        && spec.Find("containers").LastOrDefault().Value is TextSequence list
        && list.Items.ElementAtOrDefault(container) is TextMapping node
            ? node
            : throw documents.Error(documents.Nodes[index], "the pod's containers stand for what is written elsewhere, which would change with them");
}
