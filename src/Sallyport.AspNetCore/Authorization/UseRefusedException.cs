using System;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The use gate refused: nothing was kept. The guard's pipeline turns it into the status of its reason.</summary>
public sealed class UseRefusedException : Exception
{
    internal UseRefusedException(UseRefusal refusal, string detail, Exception? inner = null)
        : base($"Refused at the moment of use ({refusal}): {detail}.", inner)
    {
        Refusal = refusal;
        Detail = detail;
    }

    /// <summary>Why.</summary>
    public UseRefusal Refusal { get; }

    internal string Detail { get; }
}
