namespace EphemeralDebug.Streaming;

/// <summary>
/// The channels of Kubernetes' remote command protocol: the first byte of every message
/// (k8s.io/apimachinery/pkg/util/remotecommand/constants.go).
/// </summary>
internal enum StreamChannel : byte
{
    Input = 0,
    Output = 1,
    ErrorOutput = 2,
    Status = 3,
    Resize = 4,
    Close = 255,
}
