using System.Collections;
using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// Takes what people have of pods: a name, <c>namespace/name</c>, <c>pod/name</c>, this module's records, objects made
/// from <c>kubectl get pod -o json</c>, and any object with the properties Pod or Name and Namespace.
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
                references.Add(Parse(text));
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
                return Unusable($"An object of kind {kind}", input);
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
            [{ Length: > 0 } kind, _] when IsWorkload(kind) => Unusable($"'{text}' (a {kind})", text),
            [{ Length: > 0 } podNamespace, { Length: > 0 } name] => new PodReference(podNamespace, name) { Input = text },
            _ => Unusable($"'{text}'", text),
        };
    }

    private static bool IsWorkload(string kind) => kind.ToLowerInvariant() is
        "deployment" or "deployments" or "deploy" or "statefulset" or "statefulsets" or "sts" or "daemonset" or "daemonsets"
        or "ds" or "replicaset" or "replicasets" or "rs" or "job" or "jobs" or "service" or "services" or "svc" or "node" or "nodes";

    // The cmdlet reports it as an error of its own, so that the other pods are still worked on.
    private static PodReference Unusable(string what, object? input) =>
        new(Namespace: null, Name: "") { Problem = $"{what} names no pod.", Input = input };

    private static object? Property(PSObject item, string name) => item.Properties[name]?.Value;

    private static string? Text(object? value) => (value is PSObject wrapper ? wrapper.BaseObject : value)?.ToString() is { Length: > 0 } text
        ? text
        : null;
}
