namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>
/// The form in which the API server writes objects as protobuf: four bytes, and an envelope (k8s.io/apimachinery's
/// runtime.Unknown) that names the object's kind and holds it as bytes.
/// </summary>
internal static class KubernetesProtobuf
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    /// <summary>The number of the envelope's field that names the kind.</summary>
    public const int EnvelopeType = 1;

    /// <summary>The number of the envelope's field that holds the object.</summary>
    public const int EnvelopeObject = 2;

    /// <summary>What stands before the envelope.</summary>
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Whether a message of type runtime.TypeMeta names a kind.</summary>
    public static bool IsOfKind(ProtobufReader typeMeta, ReadOnlySpan<byte> kind)
    {
        bool isSame = false;
        while (typeMeta.TryReadField(out int number))
        {
            if (number == 2)
            {
                isSame = typeMeta.ReadBytes().SequenceEqual(kind);
            }
            else
            {
                typeMeta.Skip();
            }
        }

        return isSame;
    }
}
