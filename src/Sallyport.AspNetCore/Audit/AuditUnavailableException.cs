using System;

namespace Sallyport.AspNetCore.Audit;

/// <summary>A record that had to be written could not be: what it was about must not go on.</summary>
public sealed class AuditUnavailableException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What happened, without any content of the record.</param>
    /// <param name="innerException">What the system said.</param>
    public AuditUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
