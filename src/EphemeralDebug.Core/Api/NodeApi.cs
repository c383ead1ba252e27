using System.Text.Json.Nodes;

namespace EphemeralDebug.Api;

/// <summary>Nodes, as the API server offers them.</summary>
internal sealed class NodeApi(ApiClient client)
{
    public Task<JsonObject> GetObjectAsync(string name, CancellationToken cancellationToken) =>
        client.GetObjectAsync(
            $"api/v1/nodes/{Uri.EscapeDataString(name)}", new ApiAction("get", "nodes", Name: name), cancellationToken);
}
