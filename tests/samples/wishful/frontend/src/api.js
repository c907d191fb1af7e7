export const status = () => fetch('/meta/system-status');
export const health = () => fetch('/health');
