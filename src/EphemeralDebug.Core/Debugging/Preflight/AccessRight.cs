using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>A right, in the words of Kubernetes' authorization.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Resource">The resource of the core group, with its subresource.</param>
internal sealed record AccessRight(string Verb, string Resource)
{
    /// <summary>The attributes of a SelfSubjectAccessReview. What is about one pod is asked for that pod: a role may name it.</summary>
    public JsonObject ToAttributes(string podNamespace, string? pod)
    {
        string[] parts = Resource.Split('/');
        var attributes = new JsonObject { ["verb"] = Verb, ["resource"] = parts[0] };
        if (parts is [_, var subresource])
        {
            attributes["subresource"] = subresource;
        }

        // A request for a namespace counts as one within it, so that a role there can allow it.
        if (parts[0] != "nodes")
        {
            attributes["namespace"] = podNamespace;
        }

        if (parts[0] == "namespaces")
        {
            attributes["name"] = podNamespace;
        }
        else if (pod is not null && (parts.Length > 1 || this == Capability.ReadPod))
        {
            attributes["name"] = pod;
        }

        return attributes;
    }

    public override string ToString() => $"{Verb} {Resource}";
}
