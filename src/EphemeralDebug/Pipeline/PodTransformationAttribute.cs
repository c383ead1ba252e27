using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Manifests;
using EphemeralDebug.Debugging.Workloads;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// Takes what people have of pods: a name, <c>namespace/name</c>, <c>pod/name</c>, <c>deployment/name</c> and other
/// workloads, this module's records, objects made from <c>kubectl get -o json</c> of pods, workloads and lists, their JSON
/// or YAML text, and any object with the properties Pod or Name and Namespace.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PodTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>What says of itself that it is a node is taken too, as <see cref="PodReference.Node"/>.</summary>
    public bool TakesNodes { get; init; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var references = new List<PodReference>();
        Add(references, inputData);
        return references.ToArray();
    }

    /// <summary>The pods and workloads that a document names.</summary>
    public static IReadOnlyList<PodReference> ReadText(string text)
    {
        try
        {
            return [.. ManifestText.Read(text).SelectMany(node => FromJson(node, text))];
        }
        catch (ManifestException exception)
        {
            return [Unusable(exception.Message, text)];
        }
    }

    private static IEnumerable<PodReference> FromJson(JsonNode? node, object input) => node switch
    {
        JsonArray items => items.SelectMany(item => FromJson(item, input)),
        JsonObject list when list["items"] is JsonArray items => items.SelectMany(item => FromJson(item, input)),
        JsonObject item => [FromJson(item, input)],
        _ => [Unusable("A text without a pod's name", input)],
    };

    private static PodReference FromJson(JsonObject item, object? input)
    {
        string? podNamespace = item["metadata"]?["namespace"]?.ToString();
        string? kind = item["kind"]?.ToString();
        if (kind is null or "Pod")
        {
            return Create(podNamespace, item["metadata"]?["name"]?.ToString() ?? item["name"]?.ToString(), input);
        }

        try
        {
            return WorkloadReference.Of(item) is { } workload
                ? new PodReference(podNamespace, workload.Name) { Workload = workload, Input = input }
                : Unusable($"An object of kind {kind}", input);
        }
        catch (EphemeralDebugException exception)
        {
            return Unusable(exception.Message, input);
        }
    }

    private void Add(List<PodReference> references, object? input)
    {
        if (TakesNodes && NodeTransformationAttribute.FindNode(input) is { } node)
        {
            references.Add(new PodReference(Namespace: null, Name: "") { Node = node, Input = input });
            return;
        }

        object? value = input is PSObject wrapper ? wrapper.BaseObject : input;
        switch (value)
        {
            case PodReference reference:
                references.Add(reference);
                break;
            case string text:
                references.AddRange(IsDocument(text) ? ReadText(text) : [Parse(text)]);
                break;
            case EphemeralContainer container:
                references.Add(From(container));
                break;
            case DebugPod pod:
                references.Add(new PodReference(pod.Namespace, pod.Name) { DebugPod = pod, Session = pod.Session, Input = pod });
                break;
            case IDictionary dictionary:
                references.Add(FromProperties(key => dictionary.Contains(key) ? dictionary[key] : null, input));
                break;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    Add(references, item);
                }

                break;
            default:
                AddObject(references, input);
                break;
        }
    }

    private void AddObject(List<PodReference> references, object? input)
    {
        if (input is null)
        {
            references.Add(Unusable("Nothing", input));
            return;
        }

        PSObject item = PSObject.AsPSObject(input);
        if (Property(item, "items") is IEnumerable list and not string)
        {
            // The List that kubectl prints for several pods.
            Add(references, list);
            return;
        }

        references.Add(FromProperties(name => Property(item, name), input));
    }

    private static PodReference From(EphemeralContainer container) => new(container.Namespace, container.Pod)
    {
        Container = container.Name,
        Session = container.Session,
        Input = container,
    };

    private static PodReference FromProperties(Func<string, object?> property, object? input)
    {
        if (property("metadata") is { } metadata)
        {
            string? kind = Text(property("kind"));
            if (kind is not null and not "Pod")
            {
                return ObjectJson.ToJson(input) is JsonObject workload
                    ? FromJson(workload, input)
                    : Unusable($"An object of kind {kind}", input);
            }

            PSObject meta = PSObject.AsPSObject(metadata);
            return Create(Text(Property(meta, "namespace")), Text(Property(meta, "name")), input);
        }

        return property("Pod") switch
        {
            null => Create(Text(property("Namespace")), Text(property("Name")), input),
            object pod => Create(Text(property("Namespace")), Text(pod), input),
        };
    }

    private static PodReference Create(string? podNamespace, string? name, object? input) => name is null
        ? Unusable("An object without a pod's name", input)
        : new PodReference(podNamespace, name) { Input = input };

    private static PodReference Parse(string text)
    {
        string[] parts = text.Trim().Split('/');
        return parts switch
        {
            [{ Length: > 0 } name] => new PodReference(null, name) { Input = text },
            ["pod" or "pods" or "po", { Length: > 0 } name] => new PodReference(null, name) { Input = text },
            [{ Length: > 0 } kind, { Length: > 0 } name] when WorkloadKind.Named(kind) is { } workload =>
                new PodReference(null, name) { Workload = new WorkloadReference { Kind = workload, Name = name }, Input = text },
            ["node" or "nodes" or "no" or "cronjob" or "cronjobs" or "cj" or "cronjob.batch", _] => Unusable($"'{text}'", text),
            [{ Length: > 0 } podNamespace, { Length: > 0 } name] => new PodReference(podNamespace, name) { Input = text },
            _ => Unusable($"'{text}'", text),
        };
    }

    private static bool IsDocument(string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        return trimmed.Contains('\n') || (trimmed.Length > 1 && trimmed[0] is '{' or '[');
    }

    // The cmdlet reports it as an error of its own, so that the other pods are still worked on.
    private static PodReference Unusable(string what, object? input) =>
        new(Namespace: null, Name: "") { Problem = $"{ControlCharacters.MakeVisible(what.TrimEnd('.'))} names no pod.", Input = input };

    private static object? Property(PSObject item, string name) => item.Properties[name]?.Value;

    private static string? Text(object? value) => (value is PSObject wrapper ? wrapper.BaseObject : value)?.ToString() is { Length: > 0 } text
        ? text
        : null;
}
