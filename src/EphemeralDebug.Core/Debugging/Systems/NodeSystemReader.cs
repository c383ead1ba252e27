using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Systems;

/// <summary>
/// Asks what nodes run, each once in a session: a node never changes its system. Many users may not read nodes; for
/// them every node is a Linux one, as most are.
/// </summary>
internal sealed class NodeSystemReader(ApiClient client)
{
    private readonly ConcurrentDictionary<string, NodeSystem> _known = new(StringComparer.Ordinal);

    /// <summary>The system of a pod's node, as the pod says, or else as the node does.</summary>
    /// <param name="pod">The pod as the server returned it.</param>
    /// <param name="needsBuild">Which Windows it is matters too.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<NodeSystem> ReadAsync(JsonObject pod, bool needsBuild, CancellationToken cancellationToken)
    {
        NodeSystem? said = NodeSystems.OfPod(pod);
        bool isEnough = said is { IsWindows: false } or { WindowsBuild: not null } || (said is not null && !needsBuild);
        if (isEnough || (string?)pod["spec"]?["nodeName"] is not { Length: > 0 } node)
        {
            return said ?? NodeSystem.Linux;
        }

        if (!_known.TryGetValue(node, out NodeSystem? system))
        {
            system = await AskAsync(node, cancellationToken) ?? said ?? NodeSystem.Linux;
            _known[node] = system;
        }

        return system;
    }

    private async Task<NodeSystem?> AskAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            return NodeSystems.OfNode(await client.GetObjectAsync(
                $"api/v1/nodes/{Uri.EscapeDataString(node)}", new ApiAction("get", "nodes", Name: node), cancellationToken));
        }
        catch (KubernetesStatusException)
        {
            return null;
        }
    }
}
