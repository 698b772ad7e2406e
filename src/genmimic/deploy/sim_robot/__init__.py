"""The simulated robot, which takes and gives a real one's messages: body, motors, sensors, hoist, faults."""
